export { default } from "../../packages/testing/chromium.vitest.config.ts"
