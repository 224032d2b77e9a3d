import { expect } from 'chai'
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../../../compliance/evidence.ts'
import type { FileSet } from '../../../../compliance/gather/file-reader.ts'
import { nginxReader } from '../../../../compliance/gather/nginx/nginx.ts'

type Texts = Readonly<Record<string, string>>

function gather(texts: Texts) {
  const files: FileSet = { paths: Object.keys(texts), textOf: (path) => texts[path] }
  const read = Object.entries(texts)
    .filter(([path, text]) => nginxReader.path.test(path) && nginxReader.recognises?.(text) === true)
    .map(([file, text]) => nginxReader.read({ file, bytes: Buffer.from(text) }, files))
  return {
    resources: read.flatMap(({ resources }) => resources),
    faults: read.flatMap(({ faults }) => faults),
  }
}

function one(texts: Texts | string, type: string, address?: string): Resource {
  const { resources, faults } = gather(typeof texts === 'string' ? { 'nginx.conf': texts } : texts)
  expect(faults).to.deep.equal([])
  const found = resources.filter((each) => each.type === type && (address ?? each.address) === each.address)
  expect(found).to.have.length(1)
  // Asserted in the line above.
  return found[0] as Resource
}

const lists = (resource: Resource, path: string) =>
  childrenOf(resource, path).map((each) => knownValueOf(resource, each))

describe('gathering from nginx', () => {
  it('gives a server what the block around it says, but for what it says itself', () => {
    const server = one(
      'http { ssl_protocols TLSv1.2; server_tokens off;\n server { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; } }',
      'server',
    )
    expect(knownValueOf(server, 'ssl_protocols')).to.equal('TLSv1.2 TLSv1.3')
    expect(knownValueOf(server, 'server_tokens')).to.equal('off')
    expect(lists(server, 'listen')).to.deep.equal(['443 ssl'])
    expect(server.address).to.equal('server.:443')
    expect(server.position).to.deep.equal({ file: 'nginx.conf', startLine: 2, endLine: 2 })
  })

  it('forgets every add_header of a server in a location that writes one', () => {
    const text = `http { server { server_name campus.example; add_header A 1; add_header B "2; x" always;
      location / { proxy_pass http://app; }
      location /api { add_header C 3; }
      location /deep { location /deep/er { } } } }`
    const headers = (match: string) =>
      lists(one(text, 'location', `location.campus.example:80 ${match}`), 'add_header')
    expect(headers('/')).to.deep.equal(['A 1', 'B 2; x always'])
    expect(headers('/api')).to.deep.equal(['C 3'])
    expect(headers('/deep/er')).to.deep.equal(['A 1', 'B 2; x always'])
  })

  it('hands down no directive that holds in its own block only', () => {
    const text = 'http { server { return 301 https://$host$request_uri; location / { } } }'
    expect(knownValueOf(one(text, 'server'), 'return')).to.equal('301 https://$host$request_uri')
    expect(attributeOf(one(text, 'location'), 'return')).to.equal(undefined)
  })

  it('keeps what holds under a condition apart', () => {
    const server = one('http { server { if ($scheme = http) { return 301 https://$host; } } }', 'server')
    expect(knownValueOf(server, 'if.0')).to.deep.equal({
      condition: '$scheme = http',
      return: '301 https://$host',
    })
    expect(attributeOf(server, 'return')).to.equal(undefined)
  })

  it('puts in a variable that a map gives one value, and leaves one with several', () => {
    const server = one(
      `http {
        map $host $always { default "max-age=31536000"; }
        map $host $some { default "max-age=31536000"; dev.example ""; }
        map $host $bare { dev.example x; }
        server { add_header A $always; add_header B \${some}; add_header C $bare; } }`,
      'server',
    )
    expect(lists(server, 'add_header')).to.deep.equal(['A max-age=31536000', 'B ${some}', 'C $bare'])
  })

  it('reads what is included, also by star and from where nginx is installed', () => {
    const texts = {
      'proxy/nginx.conf': 'events {}\nhttp { include /etc/nginx/conf.d/*.conf; include mime.types; }',
      'proxy/conf.d/a.conf': 'server { server_name a.example; include snippets/tls.conf; }',
      'proxy/conf.d/b.conf': 'server { server_name b.example; }',
      'proxy/snippets/tls.conf': 'ssl_protocols TLSv1.3;',
    }
    const { resources, faults } = gather(texts)
    expect(faults).to.deep.equal([])
    expect(resources.map(({ address }) => address)).to.deep.equal([
      'http.http',
      'server.a.example:80',
      'server.b.example:80',
    ])
    const server = one(texts, 'server', 'server.a.example:80')
    expect(attributeOf(server, 'ssl_protocols')).to.include({
      value: 'TLSv1.3',
      file: 'proxy/snippets/tls.conf',
    })
    expect(attributeOf(server, 'ssl_ciphers')).to.equal(undefined)
    expect(server.position.file).to.equal('proxy/conf.d/a.conf')
  })

  it('does not know what an include that was not scanned says, and knows what is written beside it', () => {
    const server = one('http { server { server_tokens off; include /etc/letsencrypt/tls.conf; } }', 'server')
    expect(attributeOf(server, 'ssl_protocols')).to.include({ known: false })
    expect(knownValueOf(server, 'server_tokens')).to.equal('off')
  })

  it('does not know what holds around a file of conf.d by itself', () => {
    const server = one({ 'conf.d/app.conf': 'server {\n listen 80;\n}' }, 'server')
    expect(attributeOf(server, 'ssl_protocols')).to.include({ known: false })
  })

  it('tells servers of streams from those of web pages', () => {
    const server = one('stream { server { listen 5432; } }\nhttp { }', 'server')
    expect(knownValueOf(server, 'context')).to.equal('stream')
  })

  it('steps over Lua, comments, quotes and names in braces', () => {
    const server = one(
      `http { server { # } comment
        access_by_lua_block { local t = { "}" } -- }
          if t[1] then [[ } ]] end }
        set $a "x { y"; server_name \${NAME}.example;
        location ~ "^/[a-z]{2}$" { } } }`,
      'server',
    )
    expect(knownValueOf(server, 'server_name')).to.equal('${NAME}.example')
    expect(lists(server, 'set')).to.deep.equal(['$a x { y'])
  })

  it('names the line of a fault and keeps what stands before it', () => {
    const { faults, resources } = gather({
      'nginx.conf': 'http {\n server { listen 80; }\n server {\n listen 81;\n',
    })
    expect(faults).to.deep.include({
      code: 'GATHER_SYNTAX',
      message: 'found the end of the file, expected a closing brace',
      file: 'nginx.conf',
      startLine: 4,
      endLine: 4,
    })
    expect(resources.some(({ type }) => type === 'server')).to.equal(true)
  })

  it('ends with includes in a circle', () => {
    const { faults } = gather({
      'nginx/a.conf': 'server { listen 80; }\ninclude b.conf;',
      'nginx/b.conf': 'server { listen 81; }\ninclude a.conf;',
    })
    expect(new Set(faults.map(({ code }) => code))).to.deep.equal(new Set(['GATHER_TOO_MANY']))
  })

  it('leaves alone what is not of nginx', () => {
    const hocon = 'akka {\n http {\n server {\n port = 80\n }\n }\n}'
    expect(nginxReader.recognises?.(hocon)).to.equal(false)
    expect(nginxReader.recognises?.("shared_buffers = '1GB'\n# server {\n")).to.equal(false)
    expect(nginxReader.path.test('nginx/logo.png')).to.equal(false)
  })
})
