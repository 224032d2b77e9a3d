import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { knownValueOf, type Evidence, type Resource } from '../../../../compliance/evidence.ts'
import { gather } from '../../../../compliance/gather/gather.ts'

describe('gathering facts about a repository', () => {
  let root = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'campanile-repository-'))
  })

  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  function write(files: Readonly<Record<string, string | Buffer>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), content)
    }
  }

  const ofType = ({ resources }: Evidence, type: string): readonly Resource[] =>
    resources.filter((each) => each.kind === 'repository' && each.type === type)
  const names = (evidence: Evidence, type: string) => ofType(evidence, type).map(({ name }) => name)

  it('names files that matter, and what git ignores is not among them as committed', async () => {
    write({
      '.gitignore': '.env\n*.key\n',
      '.env': 'A=1\n',
      'app/.env.production': 'A=1\n',
      'certs/server.pem': '-----BEGIN CERTIFICATE-----\nMIIC\n',
      'certs/server.key': 'x',
      'certs/store.p12': Buffer.from([0, 1, 2]),
      'package-lock.json': '{}',
    })
    const evidence = await gather([root])
    const facts = ofType(evidence, 'file').map((each) => [
      each.name,
      knownValueOf(each, 'is_ignored'),
      knownValueOf(each, 'holds_secret'),
    ])
    expect(facts).to.have.deep.members([
      ['.env', true, true],
      ['.env.production', false, true],
      ['.gitignore', false, undefined],
      ['package-lock.json', false, undefined],
      ['server.key', true, true],
      ['server.pem', false, false],
      ['store.p12', false, true],
    ])
    expect(evidence.faults).to.deep.equal([])
  })

  it('looks through every text, whatever it is called, and past what is none', async () => {
    const key = 'AKIAQ7Z3M5N8P2R4T6V9'
    const texts = [
      'terraform.tfstate',
      'notes.md',
      'deploy',
      'x.ipynb',
      'a.txt',
      'old.bak',
      'page.html',
      'x.vue',
    ]
    write({
      ...Object.fromEntries(texts.map((name) => [name, `key ${key}\n`])),
      'db.dump': "INSERT INTO users VALUES ('admin', 'admin123');\n",
      'state.tfstate': '{\n  "password": "q8Xw-33kZZpp"\n}\n',
      up: '#!/usr/bin/env bash\nexport DB_PASSWORD=q8Xw33k-canary\n',
      'settings.ini.bak': 'db_password = q8Xw33k-canary\n',
      'picture.png': `key ${key}\n`,
      'data.thing': Buffer.concat([Buffer.from([0]), Buffer.from(key)]),
      'large.thing': Buffer.alloc(3_000_000),
      'large.log': Buffer.alloc(3_000_000, 32),
    })
    const evidence = await gather([root])
    const found = ofType(evidence, 'secret').map(({ position }) => position.file.slice(root.length + 1))
    expect(found).to.have.members([...texts, 'db.dump', 'state.tfstate', 'up', 'settings.ini.bak'])
    const faults = evidence.faults.map(({ code, file, hides }) => [code, file.slice(root.length + 1), hides])
    expect(faults).to.deep.equal([['GATHER_TOO_LARGE', 'large.log', ['repository']]])
  })

  it('finds secrets where no reader of a structure looks, and shows no value anywhere', async () => {
    write({
      'deploy.sh': 'export DB_PASSWORD=q8Xw33k-canary\n',
      'seed.sql': "INSERT INTO users VALUES ('admin', 'admin123');\n",
      'docker-compose.yml': 'services: { a: { image: x, environment: { DB_PASSWORD: q8Xw33k-canary } } }\n',
      'app/x.test.ts': "const password = 'q8Xw-33k-mailer'\n",
      'ignored/x.sh': 'DB_PASSWORD=q8Xw33k-canary\n',
      '.gitignore': 'ignored/\n',
    })
    const evidence = await gather([root])
    expect(ofType(evidence, 'secret').map(({ address }) => address)).to.have.members([
      'secret.assignment.DB_PASSWORD',
      'secret.seed.password',
    ])
    const shown = ofType(evidence, 'secret').map(({ attributes }) => JSON.stringify([...attributes]))
    expect(shown.join('\n')).not.to.match(/canary|admin123/)
  })

  it('knows the top of a repository by what lies in it, and says what git ignores there', async () => {
    write({ 'a/.git/HEAD': 'x', 'a/x.ts': '', 'b/x.ts': '', 'a/.gitignore': '.env*\n' })
    const evidence = await gather([join(root, 'a'), join(root, 'b')])
    const [tree, ...others] = ofType(evidence, 'tree')
    expect(others).to.deep.equal([])
    const value = (path: string) => (tree === undefined ? undefined : knownValueOf(tree, path))
    expect(value('is_top')).to.equal(true)
    expect(value('ignores.env')).to.equal(true)
    expect(value('ignores.pem')).to.equal(false)
    expect(value('paths')).to.deep.equal(['.gitignore', 'x.ts'])
  })

  it('has bounds of its own: many texts hide nothing of what other readers read', async () => {
    write(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`s${at}.ts`, 'x\n'])))
    write({ 'main.tf': 'resource "a" "b" {}\n' })
    const evidence = await gather([root], { limits: { texts: 5, files: 1 } })
    expect(evidence.resources.map(({ address }) => address)).to.deep.equal(['a.b'])
    expect(new Set(evidence.faults.flatMap(({ hides = [] }) => hides))).to.deep.equal(new Set(['repository']))
  })

  it('leaves out what is no text without a fault', async () => {
    write({ 'x.json': Buffer.from([0, 1]), 'y.ts': 'x' })
    expect((await gather([root])).faults).to.deep.equal([])
    expect(names(await gather([root]), 'secret')).to.deep.equal([])
  })
})
