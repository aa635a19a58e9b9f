// Starts a Bluesky network: `network.mjs PACKAGES PORTS`, where PORTS is JSON with a port for each server.
//
// Says `ready` once everything answers, and ends with whoever started it (when standard input closes).
// On the port `stage` it does what no server of the network does for its clients:
//   POST /settle          answers once all has seen what was written until now
//   POST /graphemes       how many letters each text of a JSON list has, as the network counts
//   POST /facets          the links, mentions and hashtags that its own application finds in a text
import http from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [packages, given] = process.argv.slice(2)
const ports = JSON.parse(given)
const load = (file) => import(pathToFileURL(path.join(packages, 'node_modules', file)).href)

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))

const { TestNetwork } = await load('@atproto/dev-env/dist/index.js')
const { RichText } = await load('@atproto/api/dist/index.js')

const network = await TestNetwork.create({
  dbPostgresSchema: 'dev',
  plc: { port: ports.plc },
  pds: {
    port: ports.pds,
    hostname: 'localhost',
    enableDidDocWithSession: true,
    rateLimitsEnabled: true,
    rateLimitBypassKey: 'the stage',
  },
  bsky: { port: ports.bsky, publicUrl: `http://localhost:${ports.bsky}` },
  ozone: { port: ports.ozone },
})

const acts = {
  '/settle': async () => {
    await network.processAll()
    return {}
  },
  '/graphemes': (texts) => texts.map((text) => new RichText({ text }).graphemeLength),
  '/facets': (text) => {
    const found = new RichText({ text })
    found.detectFacetsWithoutResolution()
    return found.facets ?? []
  },
}

const stage = http.createServer(async (request, response) => {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  try {
    const told = pieces.length ? JSON.parse(Buffer.concat(pieces).toString()) : null
    response.end(JSON.stringify(await acts[request.url](told)))
  } catch (problem) {
    response.statusCode = 500
    response.end(String(problem))
  }
})
stage.listen(ports.stage, () => {
  console.log('ready')
  process.stdout.write = () => true // nobody reads on
})
