/** The packages of the workspace, read from its folders. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} folder absolute
 * @property {any} manifest its package.json
 */

/**
 * @param {string} root the folder of the workspace
 * @returns {ReadonlyArray<Package>} every package, those in `packages` before those in `apps`
 */
export const packagesIn = (root) =>
  ["packages", "apps"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
      return { name: manifest.name, folder, manifest }
    })

/**
 * @param {string} root the folder of the workspace
 * @returns {ReadonlyArray<Package>} the packages that are published
 */
export const publicPackages = (root) => packagesIn(root).filter(({ manifest }) => manifest.private !== true)
