/** From which severity on an open item fails a scan; known to the command line before any control is loaded. */
export const failLevels = ['critical', 'high'] as const
export type FailLevel = (typeof failLevels)[number]
