/**
 * V8 reads an arrow function inside a module in full, called or not, and any
 * other function only in passing until it is called: Effect has thousands. Those
 * that use what their surroundings call `this` and `arguments` stay as they are.
 */
import { transformSync, types } from "@babel/core"

const functions = {
  visitor: {
    ArrowFunctionExpression: {
      exit: (arrow) => {
        let bound = false
        const bind = () => {
          bound = true
        }
        arrow.traverse({
          "FunctionDeclaration|FunctionExpression": (inner) => inner.skip(),
          "ThisExpression|Super|MetaProperty": bind,
          Identifier: ({ node }) => node.name === "arguments" && bind()
        })
        if (bound) return
        arrow.ensureBlock()
        const { async, body, params } = arrow.node
        arrow.replaceWith(types.functionExpression(null, params, body, false, async))
      }
    }
  }
}

export const withFunctions = (code) =>
  transformSync(code, {
    babelrc: false,
    configFile: false,
    compact: true,
    sourceType: "script",
    plugins: [functions]
  }).code
