/**
 * What the workspace holds. The commands of npm read it too, and Node 20 runs
 * no TypeScript, so it is written in `scripts`.
 */
export { most } from "../../../scripts/budgets.mjs"
export { modulesOf } from "../../../scripts/declarations.mjs"
export { publicPackages } from "../../../scripts/packages.mjs"
export { files as referenceFiles, written as writtenReference } from "../../../scripts/reference.mjs"
export { pnpm } from "../../../scripts/setUp.mjs"
export { filesOf } from "../../../scripts/tarball.mjs"
