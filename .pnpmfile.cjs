/**
 * What a registry gets: a manifest without what only this workspace reads. The
 * source condition would name files that no package contains.
 */
const withoutSource = (exports) =>
  Object.fromEntries(
    Object.entries(exports).map(([path, target]) => {
      if (target === null) return [path, target]
      const { "tmdb-session-source": _source, ...published } = target
      return [path, published]
    })
  )

module.exports = {
  hooks: {
    beforePacking: ({ devDependencies: _devDependencies, scripts: _scripts, exports, ...manifest }) =>
      exports === undefined ? manifest : { ...manifest, exports: withoutSource(exports) }
  }
}
