import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { datasourceIds } from '../../dashboards/render/sources.ts'
import { renderFiles } from '../../dashboards/write/files.ts'
import { containerUrls } from '../../dashboards/write/provisioning.ts'

const folder = join(import.meta.dirname, '../../compose/generated')

describe('the committed dashboards', () => {
  const files = renderFiles(containerUrls)

  it('are those the model makes, byte for byte', () => {
    const stale = [...files].filter(([path, text]) => readFileSync(join(folder, path), 'utf8') !== text)
    expect(stale.map(([path]) => path)).to.deep.equal([])
  })

  it('have no others beside them', () => {
    const present = globSync('{dashboards,provisioning}/**/*.*', { cwd: folder })
    expect(present.sort()).to.deep.equal([...files.keys()].sort())
  })

  it('lead from an exemplar to its trace and from a log line to it', () => {
    const { datasources } = parse(files.get('provisioning/datasources/campanile.yaml') ?? '') as {
      datasources: readonly {
        uid: string
        jsonData: {
          exemplarTraceIdDestinations?: readonly { name: string; datasourceUid: string }[]
          derivedFields?: readonly { datasourceUid: string }[]
        }
      }[]
    }
    const by = (uid: string) => datasources.find((source) => source.uid === uid)?.jsonData
    expect(by(datasourceIds.prometheus)?.exemplarTraceIdDestinations).to.deep.equal([
      { name: 'trace_id', datasourceUid: datasourceIds.tempo, urlDisplayLabel: 'Trace' },
    ])
    expect(by(datasourceIds.loki)?.derivedFields?.[0]?.datasourceUid).to.equal(datasourceIds.tempo)
  })
})
