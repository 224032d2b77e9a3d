/** What a client writes into a path does not leave its folder, split an answer, or choose whom nginx asks. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { listOf, matchOf, whyOpen } from '../read/nginx-limits.ts'
import { isLocation, isServerBlock } from '../read/nginx.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'an alias ends like its location, answers and headers take no decoded path, and no client names the host that is asked',
  'end location and alias with /, use $request_uri in redirects, name the upstream',
)

const location = (match: string, lines: string) => ({
  file: 'nginx.conf',
  text: `events {}

http {
  server {
    listen 443 ssl;
    server_name campus.example;

    location ${match} {
      ${lines}
    }
  }
}
`,
})

export const control: Control = {
  id: 'APP-15',
  sources: ['nginx'],
  page: {
    why: '/files../ leads out of the folder of an alias without a slash, a line break in a decoded path writes headers of its own, and a host taken from the request makes the proxy ask whatever the client wants.',
    good: [location('/files/', 'alias /srv/files/;')],
    bad: [location('/files', 'alias /srv/files/;')],
  },
  applies: (resource) => isLocation(resource) || isServerBlock(resource),
  check: judgeBlock,
}

/** Variables a client writes, decoded: they may hold a line break. */
const decoded = /\$(?:uri|document_uri)\b|\$\{(?:uri|document_uri)\}/
/** Variables a client chooses. */
const chosen =
  /\$\{?(?:arg_\w+|args|http_\w+|cookie_\w+|query_string|host|request_uri|uri|document_uri|[1-9])\b/

function judgeBlock(block: Resource): Verdict | readonly Verdict[] {
  const open = whyOpen(block)
  if (block.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  const faults = [...traversal(block), ...splitting(block), ...forgery(block), ...lines(block)]
  if (faults.length > 0) return faults
  const judged = ['alias', 'return', 'rewrite', 'proxy_pass', 'add_header', 'if'].some((name) =>
    block.attributes.has(name),
  )
  if (!judged)
    return open === undefined ? judge.notApplicable('it does nothing of the kind') : judge.unknown(open)
  return open !== undefined && /includes/.test(open) ? judge.unknown(open) : judge.pass('no trap is in it')
}

function traversal(block: Resource): Verdict[] {
  const alias = attributeOf(block, 'alias')
  const match = matchOf(block).replace(/^\^~\s*/, '')
  if (alias?.known !== true || /^[=~]/.test(match)) return []
  return !match.endsWith('/') && textOf(alias.value).endsWith('/')
    ? [{ ...judge.fail(`location ${match} has the alias ${textOf(alias.value)}`, alias), part: 'alias' }]
    : []
}

function splitting(block: Resource): Verdict[] {
  return written(block, ['return', 'rewrite', 'add_header']).flatMap(([path, text]) => {
    // Only the target of a rewrite is an answer, and only where it redirects.
    const isAnswer = !path.includes('rewrite') || /\s(?:redirect|permanent)$|\shttps?:\/\//.test(text)
    return isAnswer && decoded.test(text)
      ? [{ ...judge.fail(`${path} takes the decoded path: ${text}`, attributeOf(block, path)), part: path }]
      : []
  })
}

function forgery(block: Resource): Verdict[] {
  return written(block, ['proxy_pass']).flatMap(([path, text]) => {
    const host = /^\w+:\/\/([^/]*)/.exec(text)?.[1] ?? text
    return chosen.test(host)
      ? [{ ...judge.fail(`the client chooses the host of ${text}`, attributeOf(block, path)), part: path }]
      : []
  })
}

function lines(block: Resource): Verdict[] {
  return listOf(block, 'add_header').flatMap((text, index) =>
    /[\r\n]/.test(text)
      ? [{ ...judge.fail('a header has several lines'), part: `add_header.${index} lines` }]
      : [],
  )
}

/** Texts of directives, those inside of `if` too. */
function written(block: Resource, names: readonly string[]): [string, string][] {
  const around = ['', ...childrenOf(block, 'if').map((path) => `${path}.`)]
  return around.flatMap((prefix) =>
    names.flatMap((name) => {
      const path = `${prefix}${name}`
      const children = childrenOf(block, path)
      const paths = children.length > 0 ? children : block.attributes.has(path) ? [path] : []
      return paths.map((each): [string, string] => [each, textOf(knownValueOf(block, each))])
    }),
  )
}
