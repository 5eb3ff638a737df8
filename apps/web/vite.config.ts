import { defineConfig } from "vite"

const page = (name: string) => new URL(name, import.meta.url).pathname

/** Two pages: the app, and where its pop-up comes back to. Nothing is put into the HTML, which its policy would refuse. */
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: [page("index.html"), page("signed-in.html")] }
  }
})
