/** The arrows between the folders: docs/ARCHITECTURE.md says why. Paths are those of the sources. */
module.exports = {
  forbidden: [
    {
      name: 'rules-are-pure',
      comment: 'The analysis runs in Node and in a browser: no IO, no LSP, no other folder.',
      severity: 'error',
      from: { path: '^rules/' },
      to: { pathNot: '^(rules/|node_modules/(yaml|unbash)/)' },
    },
    {
      name: 'checks-see-models-only',
      comment: 'A rule is one file over models, queries and facts; parsers and other rules are unseen by it.',
      severity: 'error',
      from: { path: '^rules/checks/' },
      to: { path: '^(rules/checks/|rules/[^/]+/parse|node_modules/)' },
    },
    {
      name: 'only-adapters-see-packages',
      comment: 'yaml and unbash stand behind one file each, so that their shapes do not spread.',
      severity: 'error',
      from: { path: '^rules/', pathNot: '^rules/(compose|configuration|project|shell)/' },
      to: { path: '^node_modules/' },
    },
    {
      name: 'client-is-thin',
      comment: 'The client speaks to the server over the wire only.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(rules|workspace|server|cli|scripts|bench|test)/' },
    },
    {
      name: 'workspace-serves-both',
      severity: 'error',
      from: { path: '^workspace/' },
      to: { path: '^(server|client|cli|scripts|bench|test)/' },
    },
    {
      name: 'server-and-cli-are-siblings',
      severity: 'error',
      from: { path: '^(server|cli)/' },
      to: { path: '^(server|client|cli|scripts|bench|test)/', pathNot: '^$1/' },
    },
    {
      name: 'language-service-in-the-server-only',
      comment: 'Its parser loses instructions on some files: no verdict may rest on it.',
      severity: 'error',
      from: { pathNot: '^server/' },
      to: { path: '^node_modules/dockerfile-(language-service|utils|ast)/' },
    },
    {
      name: 'shipped-code-needs-no-development-packages',
      severity: 'error',
      from: { path: '^(rules|workspace|server|client|cli)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '^node_modules/@types/' },
    },
    {
      name: 'nothing-leaves-the-machine',
      comment:
        'No network, no other program: what is analysed stays here, and a hostile workspace can run nothing. See below.',
      severity: 'error',
      from: { path: '^(rules|workspace|server|client|cli)/' },
      to: { path: '^(node:)?(http|https|http2|net|tls|dgram|dns|child_process|vm|inspector|cluster)(/|$)' },
    },
    {
      name: 'registries-are-asked-for-the-user',
      comment:
        'The one module that sends something, by fetch, which .oxlintrc.json forbids to all others, stands behind an option.',
      severity: 'error',
      from: { path: '^(rules|workspace|server|client|cli)/', pathNot: '^(cli/digests|server/pin)[.]ts$' },
      to: { path: '^workspace/registry[.]ts$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'imports-resolve',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(vscode)$' },
    },
  ],
  options: {
    // Beside TypeScript 7 the cruiser cannot read .ts files by itself and would pass with no modules at all.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)out/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
