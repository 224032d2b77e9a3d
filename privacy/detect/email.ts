/** E-mail addresses as they are written in practice: a local part, `@`, and a domain with a dot (RFC 5321 §4.1.2). */

const local = /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]/
const domain = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}/

/** Tells whether the string holds an address; each `@` is looked at once, with at most 600 characters after it. */
export function hasEmail(value: string): boolean {
  for (let at = value.indexOf('@'); at !== -1; at = value.indexOf('@', at + 1)) {
    const before = value.charAt(at - 1)
    const reachable = at > 0 && (before === '"' || local.test(before) || before.charCodeAt(0) > 127)
    if (reachable && hasDomain(value.slice(at + 1, at + 600))) return true
  }
  return false
}

function hasDomain(rest: string): boolean {
  // Letters beyond ASCII make an internationalised domain (RFC 6531); they count as letters here.
  return domain.test(rest.replaceAll(/[^\0-\x7f]/g, 'x'))
}
