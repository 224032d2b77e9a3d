/** What files of a repository are for, by their path: only what some control asks about has a role. */

export type FileRole =
  | 'environment'
  | 'environment-sample'
  | 'key'
  | 'gitignore'
  | 'dockerignore'
  | 'lock-file'
  | 'manifest'
  | 'owners'
  | 'security-policy'
  | 'update-policy'
  | 'hooks'
  | 'migration'

const roles: readonly (readonly [FileRole, RegExp])[] = [
  [
    'environment-sample',
    /^(?:\.env|[\w-]+\.env)?\.?(?:env)?[\w.-]*\.(?:example|sample|template|dist|defaults)$/i,
  ],
  ['environment', /^\.env(?:\.[\w.-]+)?$|^\.envrc$|^[\w-]+\.env$/i],
  [
    'key',
    /\.(?:pem|key|p12|pfx|jks|keystore|ppk|kdbx|p8)$|^id_(?:rsa|dsa|ecdsa|ed25519)$|^\.(?:pgpass|netrc|htpasswd|pypirc)$/i,
  ],
  ['gitignore', /^\.gitignore$/],
  ['dockerignore', /^(?:[\w.-]+)?\.dockerignore$/i],
  [
    'lock-file',
    /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|Pipfile\.lock|uv\.lock|go\.sum|Cargo\.lock|composer\.lock|Gemfile\.lock|gradle\.lockfile|packages\.lock\.json|\.terraform\.lock\.hcl)$/,
  ],
  [
    'manifest',
    /^(?:package\.json|requirements[\w.-]*\.txt|pyproject\.toml|Pipfile|go\.mod|Cargo\.toml|composer\.json|Gemfile|pom\.xml|build\.gradle(?:\.kts)?)$/,
  ],
  ['owners', /^CODEOWNERS$/],
  ['security-policy', /^SECURITY(?:\.md|\.txt|\.rst)?$|^security\.txt$/i],
  ['update-policy', /^(?:dependabot\.ya?ml|renovate\.json5?|\.renovaterc(?:\.json)?)$/],
  ['hooks', /^(?:\.pre-commit-config\.yaml|\.gitleaks\.toml|\.secrets\.baseline)$/],
]

/** Tells the role of a file; undefined for one that no control asks about. */
export function roleOf(path: string): FileRole | undefined {
  const name = nameOf(path)
  const found = roles.find(([, pattern]) => pattern.test(name))?.[0]
  if (found !== undefined) return found
  return /\.sql$/i.test(name) &&
    /(?:^|\/)(?:db\/)?(?:migrations?|migrate|alembic|flyway|liquibase)\//i.test(path)
    ? 'migration'
    : undefined
}

/** Takes the last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
