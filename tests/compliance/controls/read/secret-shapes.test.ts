import { expect } from 'chai'
import {
  isHarmless,
  isSecretName,
  passwordIn,
  secretIn,
} from '../../../../compliance/controls/read/secret-shapes.ts'

describe('what is a secret', () => {
  it('knows its names, however their words are divided', () => {
    const names =
      'PGPASSWORD DB_PASS dbPassword AWS_KEY SMTP_AUTH JWT JWT_SECRET api-key apiKey ADMIN_PWD masterUserPassword REDIS_AUTH requirepass AWS_SECRET_ACCESS_KEY github.token'
    expect(names.split(' ').filter((name) => !isSecretName(name))).to.deep.equal([])
  })

  it('leaves names that only sound like one', () => {
    const names =
      'PASS_THROUGH AUTHOR TOKEN_FILE PASSWORD_FILE POSTGRES_HOST_AUTH_METHOD JWT_ISSUER TOKEN_URL COMPASS BYPASS PUBLIC_KEY PRIMARY_KEY MAX_TOKENS KEY KMS_KEY_ID'
    expect(names.split(' ').filter((name) => isSecretName(name))).to.deep.equal([])
  })

  it('takes a switch, a path of a mounted file and an ARN for no secret', () => {
    expect(isHarmless('SMTP_AUTH', 'plain')).to.equal(true)
    expect(isHarmless('NPM_CONFIG_ALWAYS_AUTH', 'true')).to.equal(true)
    expect(isHarmless('DB_PASSWORD', '/run/secrets/db')).to.equal(true)
    expect(isHarmless('DB_PASSWORD', 'true')).to.equal(false)
  })

  it('finds one in a command, a script and a text', () => {
    const texts = [
      'redis-server --requirepass q8Xw-33k',
      'app --password=q8Xw-33k',
      "PGPASSWORD='q8Xw-33k' psql -h db",
      'curl -H "Authorization: Bearer q8Xw33kq8Xw33k"',
      'psql postgres://app:q8Xw/33k@db/campus',
      'curl -s -u admin:q8Xw-33k http://x',
      'curl --user=admin:q8Xw-33k http://x',
      '["CMD", "curl", "-u", "admin:q8Xw-33k", "http://x"]',
      'mysqldump -u root -pq8Xw-33k campus',
      '["mysqladmin", "ping", "-pq8Xw-33k"]',
      'redis-cli -a q8Xw-33k ping',
      'sshpass -p q8Xw-33k ssh host',
      'docker login -u ci -p q8Xw-33k registry.campus.example',
      '["postgres", "--auth", "q8Xw-33k"]',
      `ghp_${'a1'.repeat(18)}`,
      `AKIA${'ABCD'.repeat(4)}`,
      '-----BEGIN RSA PRIVATE KEY-----',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    ]
    expect(texts.filter((text) => secretIn(text) === undefined)).to.deep.equal([])
  })

  it('leaves references, flags, files and ports alone', () => {
    const texts = [
      'redis-server --requirepass ${REDIS_PASSWORD}',
      'app --password=$PASSWORD --token-file /run/secrets/token',
      'app --pass-through yes --author me --password --verbose',
      'PGPASSWORD=$(cat /run/secrets/pg) psql',
      'curl -H "Authorization: Bearer $TOKEN"',
      'postgres://app@db:5432/campus',
      'http://registry:4873/@campus/ui',
      'curl -u "$USER:$PASS" http://x',
      'docker run -u 1000:1000 --name mysql -p3306:3306 mysql:8 -p 8080:80',
      'mysql -h db -p campus',
      'mysql -u root -p"$MYSQL_PASSWORD"',
      'mysqld --port 3306; mkdir -p /data',
      'docker login --password-stdin',
      '["app", "--password", "--verbose"]',
      'postgres://app:${PASSWORD}@db/campus',
    ]
    expect(texts.filter((text) => secretIn(text) !== undefined)).to.deep.equal([])
  })

  it('takes a password with a slash out of an address', () => {
    expect(passwordIn('postgres://app:q8Xw/33k@db/campus')).to.equal('q8Xw/33k')
  })
})
