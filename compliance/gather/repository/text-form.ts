/** How the names and values of a text are written, by its path and its first words. */
import { isCompose, isStructured } from './structured.ts'
import { nameOf, roleOf } from './roles.ts'
import type { TextForm } from './scan-secrets.ts'

/** Tells how to look for secrets in a file; undefined for one in which nobody would write them. */
export function formOf(path: string, text: string): TextForm | undefined {
  const name = nameOf(path).toLowerCase()
  const role = roleOf(path)
  if (role === 'lock-file' || role === 'gitignore' || role === 'dockerignore') return undefined
  if (/\.min\.(?:js|css)$|\.map$/.test(name)) return undefined
  if (isStructured(path, text) || isCompose(name) || isTest(path)) return 'tokens'
  if (role === 'environment') return 'settings'
  if (role === 'environment-sample') return 'data'
  if (/\.(?:ini|cfg|conf|properties|toml|sh|bash|zsh|envrc|npmrc)$|^\.(?:npmrc|pypirc|netrc)$/.test(name)) {
    return 'settings'
  }
  if (/\.(?:json|ya?ml|xml)$/.test(name)) return 'data'
  if (name.endsWith('.sql') || /(?:^|[._-])(?:seed|seeds|seeder|fixtures?)(?:[._-]|$)/.test(name))
    return 'seed'
  return /\.(?:md|txt|rst|crt|pem|key|p8|ppk)$|^id_/.test(name) ? 'tokens' : 'code'
}

/** What tests pretend is no secret; a token of known shape or a private key is one even there. */
function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|testdata|fixtures|examples?|samples|docs?)\/|[._-](?:test|spec|cases)\.\w{1,5}$/i.test(
    path,
  )
}
