/** Expansion of references: what is no reference stays, what is one becomes its value, and no text breaks it. */
import { expect } from 'chai'
import fc from 'fast-check'
import { expandText, expandValues, Expansion, typedValues } from '../../../collector/config/expand.ts'

const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/)
const plain = fc.string().filter((text) => !text.includes('$'))
const nothing = () => undefined

describe('expansion of references', () => {
  it('leaves text without dollars as it is', () => {
    fc.assert(
      fc.property(plain, (text) => {
        expect(expandText(text, {}, nothing)).to.equal(text)
      }),
    )
  })

  it('gives every text back whose dollars are doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(expandText(text.replaceAll('$', '$$$$'), {}, nothing)).to.equal(text)
      }),
    )
  })

  it('never expands what a variable holds', () => {
    fc.assert(
      fc.property(variable, fc.string(), plain, (name, value, before) => {
        const text = expandText(`${before}x\${env:${name}}`, { [name]: value }, nothing)
        expect(text).to.equal(`${before}x${value}`)
      }),
    )
  })

  it('takes the default, however deep, only where the variable is not set', () => {
    fc.assert(
      fc.property(
        variable,
        fc.string(),
        fc.nat(5),
        fc.stringMatching(/^[a-z:/.0-9-]*$/),
        (name, value, depth, last) => {
          const nested = Array.from({ length: depth }).reduce<string>(
            (inner, _, index) => `\${env:UNSET_${index}:-${inner}}`,
            last,
          )
          const text = `\${env:${name}:-${nested}}`
          const set = expandText(text, { [name]: value }, nothing)
          const unset = expandText(text, {}, nothing)
          expect(set instanceof Expansion && set.written).to.equal(value)
          expect(unset instanceof Expansion && unset.written).to.equal(last)
        },
      ),
    )
  })

  it('keeps the type of a number, a flag and nothing, and the text beside it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.boolean()), (value) => {
        const found = expandText('${env:V}', { V: String(value) }, nothing)
        expect(found instanceof Expansion && found.typed).to.equal(value)
        expect(found instanceof Expansion && found.written).to.equal(String(value))
      }),
    )
    const empty = expandText('${env:V}', {}, nothing)
    expect(empty instanceof Expansion && empty.typed).to.equal(null)
  })

  it('never makes a structure of a variable', () => {
    fc.assert(
      fc.property(fc.json(), (value) => {
        const found = typedValues(expandText('${env:V}', { V: value }, nothing))
        expect(typeof found).to.not.equal('object')
      }),
    )
  })

  it('reports each reference it does not know, and never throws', () => {
    const pieces = fc.array(fc.constantFrom('$', '$$', '${', '}', 'env:', 'A', ':-', '${env:A}', '${A}', 'x'))
    fc.assert(
      fc.property(pieces, (parts) => {
        const faults: string[] = []
        const value = expandValues({ 'a/b': [parts.join('')] }, { A: '1' }, (pointer) => faults.push(pointer))
        expect(value).to.have.all.keys('a/b')
        expect(faults.every((pointer) => pointer === '/a~1b/0')).to.equal(true)
      }),
    )
    const faults: string[] = []
    expandText('a ${NAME} ${file:x} ${env:1}', {}, (expected) => faults.push(expected))
    expect(faults).to.have.length(3)
  })
})
