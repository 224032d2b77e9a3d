import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { look } from '../../../compliance/command.ts'
import { makeBundle } from '../../../compliance/bundle/make-bundle.ts'
import { fixPaths } from '../../../compliance/fix/command.ts'
import { reportFormats } from '../../../compliance/report/format-names.ts'
import { writeReport } from '../../../compliance/report/formats.ts'

const files = {
  'docker-compose.yml': `services:
  db:
    image: postgres:latest
    command: ["postgres", "--auth", "CanaryA1xq"]
    environment:
      POSTGRES_PASSWORD: CanaryB1xq
      DATABASE_URL: postgres://app:CanaryC1xq@db/app
    ports: ["5432:5432"]
    healthcheck:
      test: ["CMD", "curl", "-u", "admin:CanaryD1xq", "-H", "Authorization: Bearer CanaryD2xq", "http://x"]
  cache:
    image: redis:latest
    privileged: true
    command: redis-server --requirepass CanaryE1xq
  queue:
    image: redis:latest
    command:
      - redis-server
      - --requirepass
      - CanaryF1xq
`,
  Dockerfile: `FROM node:latest
ARG NPM_TOKEN=CanaryG1xq
RUN curl -u admin:CanaryH1xq http://example.com/install.sh | bash
RUN mysql -u root -pCanaryI1xq
HEALTHCHECK CMD curl --header "Authorization: Bearer CanaryJ1xq" http://x
`,
  'main.tf': `variable "db_password" { default = "CanaryK1xq" }
locals { conn = "postgres://u:\${var.db_password}@h/db" }
resource "aws_ecs_task_definition" "t" {
  family = "x"
  container_definitions = jsonencode([{ name = "a", image = "a:latest", command = ["--token=CanaryL1xq"], environment = [{ name = "DB", value = local.conn }, { name = "API_KEY", value = "CanaryM1xq" }] }])
}
resource "aws_instance" "i" {
  ami       = "ami-1"
  user_data = "#!/bin/bash\\nexport DB_PASS=CanaryN1xq\\nmysql -pCanaryO1xq"
}
`,
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  containers:
    - name: a
      image: a:latest
      args: ["redis-server", "--requirepass", "CanaryP1xq"]
      livenessProbe:
        exec: { command: ["sh", "-c", "mysqladmin -uroot -pCanaryQ1xq ping"] }
`,
}

describe('secrets of scanned files', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campanile-canaries-'))
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text)
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const shownIn = (text: string) => [...new Set(text.match(/Canary\w\dxq/g))]

  it('stand in no report and in no bundle', async () => {
    const looked = await look([folder], {})
    const account = { id: '123456789012', region: 'eu-central-1' }
    const shown: Record<string, string[]> = {}
    for (const format of reportFormats) {
      const text = String(await writeReport(looked.posture, format, { account }))
      if (shownIn(text).length > 0) shown[format] = shownIn(text)
    }
    const bundle = await makeBundle(looked)
    const kept = shownIn(gunzipSync(bundle).toString())
    if (kept.length > 0) shown['bundle'] = kept
    expect(shown).to.deep.equal({})
  })

  it('stand in no difference that a repair shows', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    await fixPaths([folder], { dryRun: true }, stdout, stderr)
    const text = String(stdout.read() as unknown)
    expect(text).to.include('[hidden]')
    expect(shownIn(text)).to.deep.equal([])
    expect(String(stderr.read() as unknown)).to.include('[hidden] stands for secrets')
  })
})
