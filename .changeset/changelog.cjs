/** A changelog for whoever uses a package: what changed, in the words of the changeset, without commit hashes. */
const bullet = (text) => `- ${text.trim().replaceAll(/\n+/g, "\n  ")}`

module.exports = {
  getReleaseLine: async ({ summary }) => bullet(summary),
  getDependencyReleaseLine: async (_changesets, dependencies) =>
    dependencies
      .map(({ name, newVersion }) =>
        bullet(`Comes with ${name} ${newVersion}, whose changelog has the rest.`)
      )
      .join("\n")
}
