/** The walls: who may import whom. Each rule's comment says what to do instead. */
const rooms = 'app|sdk|collector|rules|dashboards|audit|compliance|console|drills|compose|benchmarks|tools'
const pure = [
  '^contracts/',
  '^privacy/',
  '^app/[^/]+/domain/',
  '^audit/(log|format|record/rules)/',
  '^compliance/(controls|score)/',
  '^collector/(ottl|process|splice|wire)/',
  '^rules/(?!main[.]ts$|load/|write/|[^/]+/(load|write)[.]ts$)',
  '^dashboards/(?!main[.]ts$|write[.]ts$|write/)',
]
const allowedInPure = [
  '^(node:)?crypto$',
  '(^|/)node_modules/(typebox|@opentelemetry/semantic-conventions|@grafana/grafana-foundation-sdk|@prometheus-io/lezer-promql|@lezer/(common|lr))/',
]
const ends = [
  '(^|/)main[.]ts$',
  '^tests/.*[.]test[.]ts$',
  '^sdk/(index|auto)[.]ts$',
  '^app/portal/main[.]ts$',
  '[.]config[.](ts|mjs)$',
  '^[.]dependency-cruiser[.]mjs$',
]
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

export default {
  forbidden: [
    forbid(
      'rooms-talk-over-the-wire',
      'A room imported another room. Share a shape in contracts/, or call it over HTTP.',
      { path: `^(${rooms})/` },
      { path: `^(${rooms})/`, pathNot: ['^$1/', '^sdk/(index|auto)[.]ts$'] },
    ),
    forbid(
      'services-talk-over-the-wire',
      'A campus service imported another one. Share code in app/door/, or call it over HTTP.',
      { path: '^app/(academics|booking|users|gateway|demo)/' },
      { path: '^app/', pathNot: ['^app/$1/', '^app/door/'] },
    ),
    forbid(
      'the-door-knows-no-service',
      'app/door/ serves every campus service, so it may know none of them.',
      { path: '^app/door/' },
      { path: '^app/', pathNot: '^app/door/' },
    ),
    forbid(
      'sdk-by-the-front-door',
      'Import #sdk. Only app, audit, compliance and console are instrumented; the collector would report to itself.',
      { pathNot: '^(app|audit|compliance|console|sdk|tests|benchmarks)/' },
      { path: '^sdk/' },
    ),
    forbid(
      'sdk-inside-stays-inside',
      'Import #sdk: index.ts and auto.ts are the only doors.',
      { pathNot: '^(sdk|tests)/' },
      { path: '^sdk/', pathNot: '^sdk/(index|auto)[.]ts$' },
    ),
    forbid(
      'contracts-are-leaves',
      'contracts/ imports typebox, the OpenTelemetry names and each other.',
      { path: '^contracts/' },
      {
        pathNot: ['^contracts/', '(^|/)node_modules/(typebox|@opentelemetry/semantic-conventions)/'],
      },
    ),
    forbid(
      'privacy-is-a-leaf',
      'privacy/ runs in browsers too: it imports contracts/ and itself.',
      { path: '^privacy/' },
      { pathNot: ['^privacy/', '^contracts/', '(^|/)node_modules/typebox/'] },
    ),
    forbid(
      'lib-knows-no-room',
      'lib/ serves every room, so it may know none of them.',
      { path: '^lib/' },
      { path: `^(${rooms}|privacy)/` },
    ),
    forbid(
      'pure-stays-pure',
      'No I/O, clock or framework here: take the value as an argument.',
      { path: pure },
      { dependencyTypes: ['core', 'npm'], pathNot: allowedInPure },
    ),
    forbid(
      'pure-imports-pure',
      'A pure folder imports contracts/, privacy/, errors and other pure folders only.',
      { path: pure },
      {
        path: '^(lib|app|audit|collector|sdk|compose)/',
        pathNot: [...pure, '^lib/errors[.]ts$', 'errors[.]ts$'],
      },
    ),
    forbid(
      'only-stores-know-sql',
      'Put the query into the store/ folder of the room.',
      {
        pathNot:
          '/store/|^sdk/pg[^/]*[.]ts$|^sdk/pool-gauge[.]ts$|^compliance/gather/|^drills/faults/|^compose/local/|^tests/|^benchmarks/',
      },
      { path: '(^|/)node_modules/(@types/)?pg/' },
    ),
    forbid(
      'only-two-writers',
      'Entries are written by append/, checkpoints by publish/; everyone else reads.',
      { path: '^audit/', pathNot: '^audit/(append|publish|store|start|serve)' },
      { path: '^audit/store/write' },
    ),
    forbid(
      'verifier-stands-alone',
      'An auditor must be able to read all that verify/ depends on: log/ and contracts/.',
      { path: '^audit/verify/' },
      {
        path: '^(audit|sdk|lib|app|collector|privacy)/',
        pathNot: ['^audit/(verify|log)/', '^audit/errors[.]ts$', '^lib/errors[.]ts$'],
      },
    ),
    forbid(
      'only-doors-know-express',
      'Take plain values; let the route translate HTTP.',
      {
        pathNot:
          '^(lib/http[.]ts$|sdk/(express|index)[.]ts$|app/[^/]+/(server[.]ts$|routes/)|app/door/|audit/api/|compliance/api/|collector/receive/|console/|tests/|benchmarks/)',
      },
      { path: '(^|/)node_modules/(@types/)?express/' },
    ),
    forbid(
      'every-import-resolves',
      'Not installed or misspelt; an unresolved import slips past every rule above.',
      {},
      { couldNotResolve: true },
    ),
    forbid('no-cycles', 'Move the shared part into a third file.', {}, { circular: true }),
    forbid(
      'nothing-imports-tests',
      'Test helpers stay in tests/.',
      { pathNot: '^(tests|benchmarks)/' },
      { path: '^tests/' },
    ),
    forbid(
      'no-orphans',
      'Nobody reaches this file: use it or delete it.',
      { orphan: true, pathNot: ends },
      {},
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(golden|fixtures)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
}
