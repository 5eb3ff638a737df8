/** Puts a keyring that is a file in the place of the system's. */
const Module = require("node:module")
const { join } = require("node:path")

const resolve = Module._resolveFilename
Module._resolveFilename = (request, ...more) =>
  request === "@napi-rs/keyring" ? join(__dirname, "keyring.mjs") : resolve(request, ...more)
