/** Cases of the group APP. */
import { live, named, together, type Cases } from '../cases.ts'
import {
  acl,
  allowed,
  answer,
  burst,
  closed,
  cookie,
  cors,
  door,
  es256,
  forged,
  hidden,
  keys,
  location,
  origins,
  page,
  rate,
  rateRule,
  session,
  zone,
} from './app-sources.ts'
import { signed } from './signed.ts'
import { appEdge } from './app-edge.cases.ts'

export const app: Readonly<Record<string, Cases>> = {
  'APP-01': {
    pass: [
      door({ jwks: keys(es256), forged: forged(401, 401) }),
      door({ jwks: keys({ kty: 'RSA', alg: 'RS256' }), forged: forged(403, 401) }),
    ],
    fail: [
      door({ jwks: keys(es256), forged: forged(200, 401) }),
      door({ jwks: keys(es256), forged: forged(401, 200) }),
      door({ jwks: keys({ kty: 'oct', alg: 'HS256' }), forged: forged(401, 401) }),
    ],
    unknown: [closed, door({ jwks: keys(es256) }), door({ jwks: keys(es256), forged: forged(500, 401) })],
    notApplicable: [door({ jwks: { status: 404, keys: [] } })],
  },
  'APP-02': {
    pass: [door({ session: { token: { life_seconds: 900 } } }), answer('APP-02.life', 600)],
    fail: [door({ session: { token: { life_seconds: 86_400 } } }), answer('APP-02.life', 3_600)],
    unknown: [closed, door({ session: { login: { status: 401 } } }), answer('APP-02.life')],
    notApplicable: [door({})],
  },
  'APP-03': {
    pass: [session(401), session(403, 86_400), signed('APP-03'), answer('APP-03.reuse', 2)],
    fail: [session(200), session(401, 2_592_000)],
    unknown: [closed, session(500), answer('APP-03.reuse'), signed('APP-03', 'expired')],
    notApplicable: [door({})],
  },
  'APP-04': {
    pass: [
      door({ page: { ...page, ...cookie({}) } }),
      door({ session: { login: cookie({ same_site: 'lax' }) } }),
    ],
    fail: [
      door({ page: { ...page, ...cookie({ http_only: false }) } }),
      door({ page: { ...page, ...cookie({ same_site: 'none' }) } }),
      door({ session: { login: cookie({ secure: false }) } }),
    ],
    unknown: [closed, door({ page: { ...page, ...cookie({ same_site: undefined }) } })],
    notApplicable: [door({})],
  },
  'APP-05': {
    pass: [door({ unsigned_post: { status: 403 } }), door({ unsigned_post: { status: 419 } })],
    fail: [door({ unsigned_post: { status: 200 } }), door({ unsigned_post: { status: 302 } })],
    unknown: [closed, door({ unsigned_post: { status: 401 } }), door({ page: { ...page, ...cookie({}) } })],
    notApplicable: [door({})],
  },
  'APP-06': {
    pass: [
      location({ limit_req_zone: [zone('api', '10r/s')], limit_req: ['zone=api burst=20'] }),
      location({
        limit_req_zone: [zone('all', '100r/s'), zone('api', '60r/m')],
        limit_req: ['zone=all', 'zone=api'],
      }),
      rate('3000'),
      acl(rateRule('20000') + rateRule('1000')),
      acl(rateRule('1000', 'aggregate_key_type = "FORWARDED_IP"')),
      door({ burst: burst(20) }),
    ],
    fail: [
      location({}),
      location({ limit_req_zone: [zone('api', '100r/s')], limit_req: ['zone=api'] }),
      location({ limit_req_zone: [zone('api', '10r/s', '$server_name')], limit_req: ['zone=api'] }),
      acl(''),
      rate('20000'),
      acl(rateRule('1000', '', 'count {}')),
      acl(rateRule('1000', 'aggregate_key_type = "CONSTANT"')),
      door({ burst: burst(0) }),
    ],
    unknown: [
      hidden,
      location({ limit_req: ['zone=api'] }),
      rate('var.limit'),
      acl(
        rateRule('1000', 'scope_down_statement {\n geo_match_statement {\n country_codes = ["US"]\n }\n }'),
      ),
      acl(rateRule('1000', 'evaluation_window_sec = var.window')),
      acl(rateRule('1000', 'aggregate_key_type = var.kind')),
      closed,
    ],
    notApplicable: [live('nginx', 'location', { match: '/static/', root: '/srv' }), door({})],
  },
  'APP-07': {
    pass: [
      location({ match: '/api/ai/', limit_req_zone: [zone('ai', '2r/m')], limit_req: ['zone=ai'] }),
      door({ assistant: { sent: 3, answered: 3, refused: 1 } }),
    ],
    fail: [
      location({ match: '/api/ai/' }),
      location({ match: '~ ^/v1/chat', limit_req_zone: [zone('ai', '1r/s')], limit_req: ['zone=ai'] }),
      door({ assistant: { sent: 3, answered: 3, refused: 0 } }),
    ],
    unknown: [hidden, location({ match: '/ai', limit_req: ['zone=ai'] }), closed],
    notApplicable: [location({ match: '/api/mail/' }), door({})],
  },
  'APP-08': {
    pass: [
      location({ match: '/auth/login', limit_req_zone: [zone('login', '10r/m')], limit_req: ['zone=login'] }),
      door({ login_burst: { sent: 12, answered: 12, refused: 7 } }),
      answer('APP-08.limited', 3),
      signed('APP-08'),
    ],
    fail: [
      location({ match: '/auth/login' }),
      together(
        location({ match: '/login', limit_req: ['zone=api'] }),
        named('other', location({ limit_req: ['zone=api'] })),
      ),
      door({ login_burst: { sent: 12, answered: 12, refused: 0 } }),
    ],
    unknown: [hidden, closed, answer('APP-08.limited'), signed('APP-08', 'expired')],
    notApplicable: [location({}), door({})],
  },
  'APP-09': {
    pass: [
      origins({}),
      origins({ [allowed]: 'https://portal.campus.example' }),
      location({ add_header: ['Access-Control-Allow-Origin https://portal.campus.example always'] }),
      cors('["https://portal.campus.example"]'),
    ],
    fail: [
      origins({ [allowed]: '*' }),
      origins({ [allowed]: 'https://stranger.example' }),
      origins({}, { [allowed]: 'null' }),
      location({ add_header: ['Access-Control-Allow-Origin *'] }),
      location({ add_header: ['Access-Control-Allow-Origin $http_origin always'] }),
      cors('["*"]'),
    ],
    unknown: [
      closed,
      hidden,
      location({ add_header: ['Access-Control-Allow-Origin $allowed'] }),
      cors('var.origins'),
    ],
    notApplicable: [location({})],
  },
  ...appEdge,
}
