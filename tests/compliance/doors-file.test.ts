import { expect } from 'chai'
import { DoorsFile, withDoorsFile } from '../../compliance/doors-file.ts'
import { validator } from '../../lib/validate.ts'

const house = [{ name: 'gateway', url: 'http://127.0.0.1:5001', protectedPaths: ['/api/users/me'] }]

describe('the file of doors', () => {
  it('adds to a door of the house what it may be asked, and brings doors of its own', () => {
    const doors = [
      { name: 'gateway', active: { loginPath: '/api/auth/login' } },
      { name: 'portal', url: 'https://campus.example', noticePath: '/ferpa' },
      { name: 'nowhere' },
    ]
    expect(withDoorsFile(house, { version: 1, doors })).to.deep.equal([
      { ...house[0], active: { loginPath: '/api/auth/login' } },
      { name: 'portal', url: 'https://campus.example', noticePath: '/ferpa' },
    ])
    expect(withDoorsFile(house, undefined)).to.deep.equal(house)
  })

  it('is refused where it names no address, or what nobody knows', () => {
    const check = validator(DoorsFile)
    const faultsOf = (door: object) => {
      const outcome = check({ version: 1, doors: [{ name: 'portal', ...door }] })
      return outcome.valid ? [] : outcome.faults.map(({ at }) => at)
    }
    expect(faultsOf({ url: 'https://campus.example' })).to.deep.equal([])
    expect(faultsOf({ url: 'ftp://campus.example' })).to.deep.equal(['/doors/0/url'])
    expect(faultsOf({ url: 'http://scan:hunter2@campus.example' })).to.deep.equal(['/doors/0/url'])
    expect(faultsOf({ active: { path: '/x' } })).to.deep.equal(['/doors/0/active/path'])
    expect(faultsOf({ noticePath: 'https://campus.example' })).to.deep.equal(['/doors/0/noticePath'])
  })
})
