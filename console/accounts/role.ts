/** Who may do what on the console: an sre acknowledges and resolves, an auditor and a viewer read. */
export const consoleRoles = ['sre', 'auditor', 'viewer'] as const
export type ConsoleRole = (typeof consoleRoles)[number]

/** Tells whether a role may change incidents. */
export function mayAct(role: ConsoleRole): boolean {
  return role === 'sre'
}
