import { expect } from 'chai'
import { isManaged, isTakenFrom, namedSecrets } from '../../../../compliance/controls/read/written-secrets.ts'
import { tf } from '../cases.ts'

const namesIn = (text: string) => tf(text)().flatMap((each) => namedSecrets(each).map(([path]) => path))

describe('secrets written in Terraform of any type', () => {
  it('are told by the name of the attribute', () => {
    const names = 'password db_password masterPassword token github_token client_secret api_key secret_data'
    const lines = names.split(' ').map((name) => ` ${name} = "x"`)
    expect(namesIn(`locals {\n${lines.join('\n')}\n}`)).to.deep.equal(names.split(' '))
  })

  it('are told by the name of a variable of a process', () => {
    const block = 'env {\n name = "DB_PASSWORD"\n value = "x"\n}\n'
    const map = 'environment_variables = { DB_PASSWORD = "x", LOG_LEVEL = "info" }'
    expect(namesIn(`resource "x_y" "x" {\n${block}${map}\n}`).sort()).to.deep.equal([
      'env.0.value',
      'environment_variables.DB_PASSWORD',
    ])
  })

  it('are neither switches, lengths, tags, names of secrets, nor tokens of requests', () => {
    const lines = [
      'allow_users_to_change_password = true',
      'password_length = 32',
      'creation_token = "files"',
      'db_secret = "campus/db"',
      'kms_key = "alias/x"',
      'tags = { token = "x" }',
      'env {\n name = "LOG_LEVEL"\n value = "info"\n}',
    ]
    expect(namesIn(`resource "x_y" "x" {\n${lines.join('\n')}\n}`)).to.deep.equal([])
  })

  it('are not written where a manager or another resource gives them', () => {
    const managed = [
      'random_password.x.result',
      'data.aws_secretsmanager_secret_version.x.secret_string',
      'jsondecode(data.aws_secretsmanager_secret_version.x.secret_string)["password"]',
    ]
    expect(managed.filter((text) => !isManaged(text))).to.deep.equal([])
    expect(isManaged('coalesce(random_password.x.result, "q8Xw-33k")')).to.equal(false)
    expect(isTakenFrom({ why: 'refers to aws_db_instance.x.password' })).to.equal(true)
    expect(isTakenFrom({ why: 'refers to var.password, which has no value' })).to.equal(false)
  })
})
