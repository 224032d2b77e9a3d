import { expect } from 'chai'
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  pathOf,
  type Resource,
} from '../../../compliance/evidence.ts'
import { gatherTerraform } from '../../../compliance/gather/terraform.ts'

function read(body: string): Resource {
  const bytes = Buffer.from(`resource "t" "n" {\n${body}\n}\n`)
  const [resource] = gatherTerraform([{ file: 'main.tf', bytes }]).resources
  if (resource === undefined) throw new Error('expected one resource')
  return resource
}

describe('attributes of a resource', () => {
  it('are known, unknown, or written by nobody', () => {
    const resource = read('a = 1\nb = var.x')
    expect(attributeOf(resource, 'a')).to.include({ known: true, value: 1 })
    expect(attributeOf(resource, 'b')).to.include({ known: false })
    expect(attributeOf(resource, 'c')).to.equal(undefined)
  })

  it('below an unknown are unknown too, and below a value that ends are absent', () => {
    const resource = read('tags = var.tags\nname = "x"\nmap = { a = 1 }')
    expect(attributeOf(resource, 'tags.Owner')).to.include({ known: false })
    expect(attributeOf(resource, 'name.first')).to.equal(undefined)
    expect(attributeOf(resource, 'map.b')).to.equal(undefined)
  })

  it('beside a block nobody can count are unknown', () => {
    const resource = read('dynamic "ingress" {\n  for_each = var.ports\n}\n')
    expect(attributeOf(resource, 'ingress')).to.include({ known: false })
    expect(attributeOf(resource, 'ingress.3.from_port')).to.include({ known: false })
    expect(childrenOf(resource, 'ingress')).to.deep.equal(['ingress.*'])
  })

  it('keep what is known beside what is not', () => {
    const resource = read('list = [1, var.x]\nmap = { a = 1, b = var.x }')
    expect(knownValueOf(resource, 'list.0')).to.equal(1)
    expect(attributeOf(resource, 'list')).to.include({ known: false })
    expect(knownValueOf(resource, 'map.a')).to.equal(1)
    expect(attributeOf(resource, 'map.c')).to.equal(undefined)
  })

  it('are listed by their direct children, in order', () => {
    const resource = read('ingress {\n port = 1\n}\ningress {\n port = 2\n}\nother = 1')
    expect(childrenOf(resource, '')).to.have.members(['ingress', 'other'])
    expect(childrenOf(resource, 'ingress')).to.deep.equal(['ingress.0', 'ingress.1'])
    expect(childrenOf(resource, 'ingress.1')).to.deep.equal(['ingress.1.port'])
  })

  it('may have dots and stars in their keys', () => {
    const resource = read('tags = { "com.example/*" = "x" }')
    const path = `tags.${pathOf('com.example/*')}`
    expect(knownValueOf(resource, path)).to.equal('x')
    expect(childrenOf(resource, 'tags')).to.deep.equal([path])
    expect(lastSegmentOf(path)).to.equal('com.example/*')
  })
})
