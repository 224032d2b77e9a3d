/** Names of the forms a posture is written in; known to the command line before any of them is loaded. */
export const reportFormats = [
  'console',
  'json',
  'html',
  'pdf',
  'sarif',
  'oscal-results',
  'oscal-poam',
  'oscal-component',
  'ocsf',
  'asff',
  'junit',
  'markdown',
  'csv',
] as const
export type ReportFormat = (typeof reportFormats)[number]
