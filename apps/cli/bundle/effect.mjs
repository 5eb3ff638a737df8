/** What Effect does when it is loaded, and this command has no use for. */

const edits = [
  {
    // Errors of files and the like are schemas, made anew at each start: no bundler dares to leave them out.
    file: /@effect\/platform\/dist\/esm\/Error\.js$/,
    from: /^export class (\w+) ([\s\S]*?\n)\}$/gm,
    to: "export const $1 = /* @__PURE__ */ (() => class $1 $2})()"
  },
  {
    // So are dates, durations and whatever else a schema may be of.
    file: /effect\/dist\/esm\/Schema\.js$/,
    from: /^(export )?class (\w+) (extends (?:(?!^\}$)[\s\S])*?\)) \{\}$/gm,
    to: "$1const $2 = /* @__PURE__ */ (() => class $2 $3 {})()"
  },
  {
    // The clock counts from Node's measurements of itself, for which Node loads ten modules; its other clock will do.
    file: /effect\/dist\/esm\/internal\/clock\.js$/,
    from: 'typeof performance === "undefined"',
    to: "true"
  },
  {
    // It looks at its own stack, to see whether a bundler has left a function of its own that tidies others': V8 then
    // counts the lines of all that is loaded. It is left here.
    file: /effect\/dist\/esm\/Utils\.js$/,
    from: /(const isNotOptimizedAway =).*;/,
    to: "$1 true;"
  }
]

export const effect = {
  name: "effect",
  transform: (code, id) => {
    const edit = edits.find(({ file }) => file.test(id))
    if (edit === undefined) return undefined
    const edited = code.replace(edit.from, edit.to)
    if (edited === code) throw new Error(`${id} is no longer what is edited here`)
    return edited
  }
}
