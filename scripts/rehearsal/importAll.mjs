/**
 * Run where a package was installed: imports each of its modules.
 * `node importAll.mjs <optional peers, by comma> <module…>`
 */
const [optionalPeers = "", ...modules] = process.argv.slice(2)
const optional = optionalPeers.split(",").filter((name) => name !== "")

/** Whoever uses a module that stands on an optional peer installs that peer too. */
const lacksOptionalPeer = (error) =>
  String(error.code).endsWith("MODULE_NOT_FOUND") && optional.some((name) => error.message.includes(name))

for (const module of modules) {
  await import(module).catch((error) => {
    if (!lacksOptionalPeer(error)) throw error
  })
}
