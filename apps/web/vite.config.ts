import { defineConfig } from "vite"

const page = (name: string) => new URL(name, import.meta.url).pathname

/** Two pages: the app, and the return page of its pop-up. Nothing is inlined into the HTML: its policy would block that. */
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [page("index.html"), page("signed-in.html")] }
  }
})
