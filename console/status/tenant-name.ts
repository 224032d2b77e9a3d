/** Says how a tenant is called: `university_a` → `University A`. Pure: server and pages use it. */
export function tenantName(tenant: string): string {
  return tenant.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim()
}
