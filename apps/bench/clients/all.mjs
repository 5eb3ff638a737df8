/** The clients by the name of their file. Each is loaded only in the process that measures it. */

/** @type {Readonly<Record<string, () => Promise<{ readonly client: import("./client.mjs").Client }>>>} */
export const clients = {
  tmdbSessionEffect: () => import("./tmdbSessionEffect.mjs"),
  tmdbSessionPromise: () => import("./tmdbSessionPromise.mjs"),
  undici: () => import("./undici.mjs"),
  fetch: () => import("./fetch.mjs"),
  lorenzopant: () => import("./lorenzopant.mjs"),
  tmdbJsWeb: () => import("./tmdbJsWeb.mjs"),
  moviedbPromise: () => import("./moviedbPromise.mjs"),
  nodeThemoviedb: () => import("./nodeThemoviedb.mjs")
}

/** @param {string} name */
export const load = async (name) => {
  const found = clients[name]
  if (found === undefined) throw new Error(`There is no client named ${name}`)
  return (await found()).client
}
