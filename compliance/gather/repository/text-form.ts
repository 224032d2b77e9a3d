/** How the names and values of a text are written, by its path and its first words. */
import { isCompose, isStructured } from './structured.ts'
import { nameOf, roleOf } from './roles.ts'
import type { TextForm } from './scan-secrets.ts'

/** Tells how to look for secrets in a file; undefined for one in which nobody would write them. */
export function formOf(path: string, text: string): TextForm | undefined {
  const name = withoutCopy(nameOf(path).toLowerCase())
  const role = roleOf(path)
  if (role === 'lock-file' || role === 'gitignore' || role === 'dockerignore') return undefined
  if (/\.min\.(?:js|css)$|\.map$/.test(name)) return undefined
  if (isStructured(path, text) || isCompose(name) || isTest(path)) return 'tokens'
  if (role === 'environment') return 'settings'
  if (role === 'environment-sample') return 'data'
  if (/\.(?:ini|cfg|conf|properties|toml|sh|bash|zsh|envrc|npmrc)$|^\.(?:npmrc|pypirc|netrc)$/.test(name)) {
    return 'settings'
  }
  if (!/\w\.\w+$/.test(name) && /^#!.{0,100}\b(?:ba|z|k|da)?sh\b/.test(text)) return 'settings'
  if (/\.(?:json|ya?ml|xml|tfstate)$/.test(name)) return 'data'
  if (/\.(?:sql|dump)$/.test(name) || /(?:^|[._-])(?:seed|seeds|seeder|fixtures?)(?:[._-]|$)/.test(name))
    return 'seed'
  return prose.test(name) ? 'tokens' : 'code'
}

/** Text for people, tables and pictures, in which a name before a value is nothing special; and keys. */
const prose =
  /\.(?:md|mdx|markdown|txt|text|rst|adoc|tex|html?|svg|css|s[ac]ss|less|csv|tsv|log|po|diff|patch|crt|pem|key|p8|ppk)$|^id_/

/** A copy somebody kept is written like what it is a copy of: `settings.ini.bak`, `app.py~`. */
function withoutCopy(name: string): string {
  return name.replace(/(?:\.(?:bak|backup|old|orig|save|copy)){1,4}$|~$/, '')
}

/** What tests pretend is no secret; a token of known shape or a private key is one even there. */
function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|testdata|fixtures|examples?|samples|docs?)\/|[._-](?:test|spec|cases)\.\w{1,5}$/i.test(
    path,
  )
}
