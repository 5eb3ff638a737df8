export { default } from "../testing/chromium.vitest.config.ts"
