import { expect } from 'chai'
import { logDefect } from '../../collector/log-defect.ts'

describe('the log of a defect', () => {
  const logged = (error: unknown): string => {
    const lines: unknown[] = []
    logDefect({ error: ((...entry: unknown[]) => lines.push(entry)) as never }, error)
    return JSON.stringify(lines)
  }

  it('names the error and where it came from, and nothing that its message quotes', () => {
    const text = logged(new TypeError('first\n    at 900-12-3456 (canary.ts:1:1)\ncanary'))
    expect(text).to.include('TypeError').and.include('log-defect.test.ts')
    expect(text).not.to.match(/900-12|canary|first/)
  })

  it('says nothing of what is no error, nor of a message that was changed', () => {
    const changed = Object.assign(new Error('canary'), { message: 'another' })
    expect(logged('canary')).to.include('string').and.not.include('canary')
    expect(logged(changed)).not.to.include('canary')
  })

  it('does not take a name that a client chose for the name of an error', () => {
    expect(logged(Object.assign(new Error(''), { name: 'canary' }))).not.to.include('canary')
  })
})
