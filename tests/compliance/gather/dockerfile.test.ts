import { expect } from 'chai'
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../../compliance/evidence.ts'
import { gatherDockerfile } from '../../../compliance/gather/dockerfile.ts'

const gatherText = (text: string) => gatherDockerfile({ file: 'Dockerfile', bytes: Buffer.from(text) })

function stage(text: string, name: string): Resource {
  const found = gatherText(text).resources.find(({ address }) => address === `stage.${name}`)
  if (found === undefined) throw new Error(`no stage ${name}`)
  return found
}

describe('a Dockerfile', () => {
  it('has a resource for every stage, the last one final', () => {
    const { resources, faults } = gatherText('FROM a:1 AS build\nRUN x\nFROM b:2\nUSER 1\n')
    expect(faults).to.deep.equal([])
    expect(resources.map(({ name }) => name)).to.deep.equal(
      ['build', '1'].map((_, at) => resources[at]?.name),
    )
    expect(resources.map((resource) => knownValueOf(resource, 'is_final'))).to.deep.equal([false, true])
  })

  it('takes an image apart and fills in build arguments with a default', () => {
    const text = 'ARG V=1.2\nARG W\nFROM host:5000/x/y:${V}@sha256:ab AS a\nFROM z:$W AS b\nFROM plain AS c\n'
    const first = stage(text, 'a')
    expect(attributeOf(first, 'image')).to.include({ known: true, value: 'host:5000/x/y:1.2@sha256:ab' })
    expect(knownValueOf(first, 'tag')).to.equal('1.2')
    expect(knownValueOf(first, 'digest')).to.equal('sha256:ab')
    expect(attributeOf(stage(text, 'b'), 'image')).to.include({ known: false })
    expect(knownValueOf(stage(text, 'c'), 'tag')).to.equal(undefined)
  })

  it('lets the last instruction of a kind count, and stages inherit it', () => {
    const text =
      'FROM x:1 AS base\nUSER root\nUSER 10001\nHEALTHCHECK CMD ["a"]\nFROM base AS final\nCMD ["b"]\n'
    const final = stage(text, 'final')
    expect(attributeOf(final, 'user')).to.include({ value: '10001', startLine: 3 })
    expect(knownValueOf(final, 'healthcheck')).to.equal('CMD ["a"]')
    expect(knownValueOf(final, 'parent')).to.equal('base')
    expect(knownValueOf(stage(text, 'base'), 'cmd')).to.equal(undefined)
  })

  it('reads ENV and ARG of every spelling', () => {
    const resource = stage(
      'FROM x:1 AS a\nENV A=1 B="two words" C=$D\nENV old style\nARG SECRET\nARG E=5\n',
      'a',
    )
    expect(knownValueOf(resource, 'env.A')).to.equal('1')
    expect(knownValueOf(resource, 'env.B')).to.equal('two words')
    expect(attributeOf(resource, 'env.C')).to.include({ known: false })
    expect(knownValueOf(resource, 'env.old')).to.equal('style')
    expect(attributeOf(resource, 'arg.SECRET')).to.include({ known: false })
    expect(knownValueOf(resource, 'arg.E')).to.equal('5')
  })

  it('lists RUN, COPY, ADD and EXPOSE with their lines', () => {
    const resource = stage(
      'FROM x:1 AS a\nRUN one \\\n  && two\nCOPY . /x\nADD u /y\nEXPOSE 22\nRUN <<E\nthree\nE\n',
      'a',
    )
    expect(childrenOf(resource, 'run')).to.deep.equal(['run.0', 'run.1'])
    expect(attributeOf(resource, 'run.0')).to.include({ startLine: 2, endLine: 3 })
    expect(knownValueOf(resource, 'add.0')).to.equal('u /y')
    expect(knownValueOf(resource, 'expose.0')).to.equal('22')
    expect(childrenOf(resource, 'instruction')).to.have.length(6)
  })

  it('keeps the flags of RUN, COPY and ADD in front of their words', () => {
    const resource = stage(
      [
        'FROM x:1 AS a',
        'COPY --from=build --chown=1:1 /x/.env /y/',
        'ADD --checksum=sha256:ab https://x.example/z.tar /o/',
        'RUN --mount=type=secret,id=npm npm ci',
      ].join('\n'),
      'a',
    )
    expect(['copy.0', 'add.0', 'run.0'].map((path) => knownValueOf(resource, path))).to.deep.equal([
      '--from=build --chown=1:1 /x/.env /y/',
      '--checksum=sha256:ab https://x.example/z.tar /o/',
      '--mount=type=secret,id=npm npm ci',
    ])
  })

  it('reports what is no instruction, and a file without a stage', () => {
    expect(gatherText('FROM x:1\nFETCH y\n').faults).to.have.nested.property('[0].startLine', 2)
    expect(gatherText('').faults).to.have.nested.property('[0].code', 'GATHER_SYNTAX')
    expect(gatherText('RUN x\n').faults).to.have.length(2)
  })

  it('inherits through a long chain of stages, and reads no more instructions than it said', () => {
    const chain = (count: number) => [
      'FROM x:1 AS s0',
      'USER 1000',
      ...Array.from({ length: count }, (_, at) => `FROM s${at} AS s${at + 1}`),
    ]
    const { resources, faults } = gatherText(chain(1_500).join('\n'))
    expect(faults).to.deep.equal([])
    const last = resources.at(-1)
    expect(last === undefined ? undefined : knownValueOf(last, 'user')).to.equal('1000')
    const long = gatherText(chain(5_000).join('\n'))
    expect(long.resources).to.have.length.below(2_001)
    expect(long.faults.map(({ code }) => code)).to.deep.equal(['GATHER_TOO_MANY'])
  })
})
