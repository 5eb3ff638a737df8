export { default } from "../../packages/browser/vitest.config.ts"
