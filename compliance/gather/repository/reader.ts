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
import { madeOf } from '../made-of.ts'
import { flatten, valueOfJson } from '../value.ts'
import { gitIgnores, ignoreRules, isDockerIgnored, type IgnoreRules } from './ignore-rules.ts'
import { nameOf, roleOf } from './roles.ts'
import { scanSecrets, type FoundSecret } from './scan-secrets.ts'
import { formOf } from './text-form.ts'

/**
 * Everything may be text but what its name says to be none; what is none all the same is left out when it is read. Keys
 * and stores of keys are found by name, text or not.
 */
const anyText =
  /^(?!.*\.(?:png|jpe?g|gif|bmp|ico|icns|webp|avif|heic|tiff?|psd|ai|eps|mp[34]|m4[av]|mov|avi|mkv|webm|ogg|wav|flac|aac|woff2?|ttf|otf|eot|pdf|docx?|xlsx?|pptx?|od[tsp]|epub|zip|t?gz|bz2|xz|zst|7z|rar|tar|jar|war|ear|whl|egg|gem|nupkg|deb|rpm|apk|ipa|dmg|iso|img|exe|dll|so|dylib|a|o|obj|lib|class|pyc|pyo|wasm|node|bin|dat|db|sqlite3?|mdb|parquet|avro|orc|arrow|feather|npy|npz|pkl|pt|pth|onnx|safetensors|h5|mo|swf)$)/i

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
  path: anyText,
  isBroad: true,
  readsOthers: true,
  read: readFile,
  after: (files) => ({ resources: [...unreadKeys(files), ...trees(files)], faults: [] }),
}

function readFile({ file, bytes }: FileBytes, files: FileSet): Gathered {
  const text = files.textOf(file) ?? Buffer.from(bytes).toString('utf8')
  const path = inside(file, files)
  const isIgnored = isIgnoredFile(file, files)
  const form = isIgnored ? undefined : formOf(path, text)
  const secrets = form === undefined ? [] : madeOf(bytes, scanSecrets, form, () => scanSecrets(text, form))
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

/** What git ignores of the files of a scan; its rules are read once. */
const known = new WeakMap<FileSet, (path: string) => boolean>()

function isIgnoredFile(file: string, files: FileSet): boolean {
  const isIgnored = known.get(files) ?? ignoredOf(files)
  known.set(files, isIgnored)
  return isIgnored(file)
}

function ignoredOf(files: FileSet): (path: string) => boolean {
  const read = new Map<string, IgnoreRules | undefined>()
  return gitIgnores((folder) => {
    if (!read.has(folder)) {
      const text = files.textOf(joined(folder, '.gitignore'))
      read.set(folder, text === undefined ? undefined : ignoreRules(text, 'git'))
    }
    return read.get(folder)
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
