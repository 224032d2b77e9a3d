/**
 * Facts about the files of a repository, and the secrets in them. Types: `file` (a file with a role, see `roles.ts`:
 * `path`, `name`, `role`, `is_ignored`, of an environment or key `holds_secret`, of a `.dockerignore` `ignores.<probe>`), `secret` (a place of the scan of
 * secrets: `rule`, `name`, `is_weak`, `is_sample`, `is_seed`; never its value) and `tree` (a folder that git or its own
 * `.gitignore` says to be the top of a repository: `paths`, `is_top`, `texts`, `secrets`, `ignores.<probe>`). A file
 * that git ignores is not committed and holds nothing here.
 */
import type { FileReader, FileSet } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import type { Resource } from '../../evidence.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, valueOfJson } from '../value.ts'
import { isDockerIgnored, isGitIgnored, ignoreRules, type IgnoreRules } from './ignore-rules.ts'
import { nameOf, roleOf } from './roles.ts'
import { scanSecrets, type FoundSecret } from './scan-secrets.ts'
import { formOf } from './text-form.ts'

const extensions =
  /\.(?:env|envrc|sql|sh|bash|zsh|ps1|bat|py|rb|php|jsx?|mjs|cjs|tsx?|java|kts?|go|cs|rs|scala|json5?|ya?ml|toml|ini|cfg|conf|config|properties|xml|gradle|tf|tfvars|hcl|pem|key|p8|ppk|p12|pfx|jks|keystore|kdbx|npmrc|lock)$/i
const names =
  /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env\.[\w.-]+|\.npmrc|\.pypirc|\.netrc|\.pgpass|\.htpasswd|\.gitignore|(?:[\w.-]+)?\.dockerignore|CODEOWNERS|SECURITY(?:\.\w+)?|id_(?:rsa|dsa|ecdsa|ed25519)|(?:Docker|Container)file(?:[.-][^/]*)?|Pipfile(?:\.lock)?|Gemfile(?:\.lock)?|requirements[\w.-]*\.txt|go\.(?:mod|sum)|bun\.lockb?|gradle\.lockfile|terraform\.tfvars\.[^/]+|security\.txt)$/i

/** Names a repository should ignore, as nobody commits them on purpose. */
const probes: Readonly<Record<string, string>> = {
  env: '.env',
  env_production: '.env.production',
  pem: 'private.pem',
  key: 'server.key',
  id_rsa: 'id_rsa',
}

export const repositoryReader: FileReader = {
  kind: 'repository',
  path: new RegExp(`${extensions.source}|${names.source}`, 'i'),
  isBroad: true,
  read: readFile,
  after: (files) => ({ resources: [...unreadKeys(files), ...trees(files)], faults: [] }),
}

function readFile({ file, bytes }: FileBytes, files: FileSet): Gathered {
  const text = files.textOf(file) ?? Buffer.from(bytes).toString('utf8')
  const path = inside(file, files)
  const isIgnored = isIgnoredFile(file, files)
  const form = isIgnored ? undefined : formOf(path, text)
  const secrets = form === undefined ? [] : scanSecrets(text, form)
  const role = roleOf(path)
  const resources = secretResources(file, secrets, { path, form: form ?? 'tokens' })
  if (role !== undefined) {
    const holds =
      role === 'environment' || role === 'key' ? { holds_secret: holdsSecret(text, secrets, role) } : {}
    const ignores = role === 'dockerignore' ? { ignores: dockerIgnores(text) } : {}
    resources.unshift(fileResource(file, { path, role, is_ignored: isIgnored, ...holds, ...ignores }))
  }
  return { resources, faults: [] }
}

function dockerIgnores(text: string): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(probes).map(([key, name]) => [key, isDockerIgnored(name, text)]))
}

/** An environment is one with any value at all; a `.pem` may be a certificate, which everybody may see. */
function holdsSecret(text: string, secrets: readonly FoundSecret[], role: string): boolean {
  if (role === 'environment')
    return /^\s{0,40}(?:export\s{1,8})?[A-Za-z_]\w{0,80}\s{0,4}=\s{0,4}[^\s#]/m.test(text)
  return (
    secrets.length > 0 || !/-----BEGIN (?:CERTIFICATE|PUBLIC KEY|RSA PUBLIC KEY|X509 CRL)-----/.test(text)
  )
}

function secretResources(
  file: string,
  secrets: readonly FoundSecret[],
  { path, form }: { readonly path: string; readonly form: string },
): Resource[] {
  const seen = new Map<string, number>()
  return secrets.map(({ rule, name, line, isWeak }) => {
    const base = `secret.${rule}.${name}`
    const nth = seen.get(base) ?? 0
    seen.set(base, nth + 1)
    const facts = {
      rule,
      name,
      is_weak: isWeak,
      is_sample: roleOf(path) === 'environment-sample',
      is_seed: form === 'seed',
    }
    const address = nth === 0 ? base : `${base}.${nth}`
    return resourceOf({ type: 'secret', name, address, file, line }, facts)
  })
}

function fileResource(
  file: string,
  facts: Readonly<Record<string, unknown>> & { readonly path: string },
): Resource {
  const name = nameOf(facts.path)
  return resourceOf({ type: 'file', name, address: `file.${name}`, file, line: 1 }, { name, ...facts })
}

/** Stores of keys are no text: that they are there is what is said of them. */
function unreadKeys(files: FileSet): Resource[] {
  const read = new Set(files.paths)
  return (files.found ?? [])
    .filter((file) => !read.has(file) && roleOf(file) === 'key')
    .map((file) =>
      fileResource(file, {
        path: inside(file, files),
        role: 'key',
        is_ignored: isIgnoredFile(file, files),
        holds_secret: true,
      }),
    )
}

function trees(files: FileSet): Resource[] {
  const { roots = [], repositories = [], found = files.paths } = files
  const tops = new Set(repositories)
  for (const root of roots) if (files.textOf(joined(root, '.gitignore')) !== undefined) tops.add(root)
  return [...tops].sort().flatMap((folder) => {
    const own = found.filter((path) => path.startsWith(joined(folder, '')))
    const committed = own.filter((path) => !isIgnoredFile(path, files))
    if (committed.length === 0) return []
    const texts = new Set(files.paths)
    const ignores = Object.entries(probes).map(([key, name]) => [
      key,
      isIgnoredFile(joined(folder, name), files),
    ])
    const facts = {
      is_top: repositories.includes(folder),
      has_gitignore: files.textOf(joined(folder, '.gitignore')) !== undefined,
      texts: committed.filter((path) => texts.has(path)).length,
      paths: committed.map((path) => path.slice(joined(folder, '').length)),
      ignores: Object.fromEntries(ignores) as Readonly<Record<string, boolean>>,
    }
    const hasIgnore = facts.has_gitignore ? joined(folder, '.gitignore') : folder
    const place = { type: 'tree', name: nameOf(folder) || 'tree', address: 'tree', file: hasIgnore, line: 1 }
    return [resourceOf(place, facts)]
  })
}

interface Place {
  readonly type: string
  readonly name: string
  readonly address: string
  readonly file: string
  readonly line: number
}

function resourceOf(
  { type, name, address, file, line }: Place,
  facts: Readonly<Record<string, unknown>>,
): Resource {
  const position = { file, startLine: line, endLine: line }
  return {
    kind: 'repository',
    type,
    name,
    address,
    position,
    attributes: flatten(valueOfJson(facts), position),
  }
}

/** Rules of git by folder, read once for a scan. */
const known = new WeakMap<FileSet, Map<string, IgnoreRules | undefined>>()

function isIgnoredFile(file: string, files: FileSet): boolean {
  const rules = known.get(files) ?? new Map<string, IgnoreRules | undefined>()
  known.set(files, rules)
  const isAbsolute = file.startsWith('/')
  return isGitIgnored(isAbsolute ? file.slice(1) : file, (below) => {
    const folder = isAbsolute ? `/${below}` : below
    if (rules.has(folder)) return rules.get(folder)
    const text = files.textOf(joined(folder, '.gitignore'))
    const made = text === undefined ? undefined : ignoreRules(text, 'git')
    rules.set(folder, made)
    return made
  })
}

function joined(folder: string, name: string): string {
  if (folder === '' || folder === '.') return name
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`
}

/** The path below the scanned folder: how that one is called says nothing about the file. */
function inside(file: string, { roots = [] }: FileSet): string {
  const root = roots.find((each) => file.startsWith(joined(each, '')) && joined(each, '') !== '')
  return root === undefined ? file : file.slice(joined(root, '').length)
}
