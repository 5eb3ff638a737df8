/** Bundles a page's script for production, with each bundler. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import commonjs from "@rollup/plugin-commonjs"
import json from "@rollup/plugin-json"
import nodeResolve from "@rollup/plugin-node-resolve"
import * as esbuild from "esbuild"
import { rolldown } from "rolldown"
import { rollup } from "rollup"
import webpack from "webpack"
import { root } from "../../scripts/setUp.mjs"

/** @typedef {(entry: string) => Promise<string>} Bundler bundles a file into one minified script */

/** @param {string} entry */
const buildWithEsbuild = (entry) =>
  esbuild.build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "silent",
    metafile: true,
    write: false
  })

/** @type {Bundler} */
const withEsbuild = async (entry) => (await buildWithEsbuild(entry)).outputFiles[0]?.text ?? ""

/**
 * @param {string} entry
 * @returns {Promise<ReadonlyMap<string, number>>} the minified bytes of each module in esbuild's script
 */
export const modulesOf = async (entry) => {
  const { metafile } = await buildWithEsbuild(entry)
  return new Map(
    Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).map(([path, { bytesInOutput }]) => [
        path.replace(/^.*node_modules\//, ""),
        bytesInOutput
      ])
    )
  )
}

/** @type {Bundler} */
const withRolldown = async (entry) => {
  const bundle = await rolldown({ input: entry, platform: "browser", logLevel: "silent" })
  try {
    const { output } = await bundle.generate({ format: "esm", minify: true })
    return output[0].code
  } finally {
    await bundle.close()
  }
}

/** Rollup has no minifier of its own, and is mostly used with esbuild's. @type {Bundler} */
const withRollup = async (entry) => {
  const bundle = await rollup({
    input: entry,
    plugins: [nodeResolve({ browser: true }), commonjs(), json()],
    onwarn: () => undefined
  })
  try {
    const { output } = await bundle.generate({ format: "esm", inlineDynamicImports: true })
    return (
      await esbuild.transform(output[0].code, { minify: true, target: "es2022", legalComments: "none" })
    ).code
  } finally {
    await bundle.close()
  }
}

/** @type {Bundler} */
const withWebpack = async (entry) => {
  const folder = mkdtempSync(join(tmpdir(), "tmdb-session-bench-"))
  try {
    const compiler = webpack({
      mode: "production",
      entry,
      target: ["web", "es2022"],
      output: { path: folder, filename: "page.js" },
      performance: false
    })
    await new Promise((resolve, reject) => {
      compiler.run((error, stats) => {
        const problem = error ?? stats?.toJson({ all: false, errors: true }).errors?.[0]
        compiler.close(() => (problem ? reject(new Error(problem.message)) : resolve(undefined)))
      })
    })
    return readFileSync(join(folder, "page.js"), "utf8")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @type {Readonly<Record<string, Bundler>>} */
export const bundlers = {
  esbuild: withEsbuild,
  rolldown: withRolldown,
  rollup: withRollup,
  webpack: withWebpack
}
