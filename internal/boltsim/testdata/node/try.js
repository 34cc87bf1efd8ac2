// Tries one server with a driver: argv has the package, the URI, the user, a password and the next one.
const [pack, uri, user, password, next] = process.argv.slice(2)
const neo4j = require(pack)

const codeOf = async (promise) => promise.then(() => 'answered', (e) => e.code)
const connect = (secret) => neo4j.driver(uri, neo4j.auth.basic(user, secret))

async function ask (driver, config, query, params) {
  const session = driver.session(config)
  try {
    return (await session.run(query, params)).records.map((r) => r.get(0))
  } finally {
    await session.close()
  }
}

async function main () {
  const said = {}
  const driver = connect(password)
  said.protocol = (await driver.getServerInfo()).protocolVersion
  said.protocol = said.protocol.minor === undefined ? said.protocol : Number(said.protocol.major) + Number(said.protocol.minor) / 10
  said.one = (await ask(driver, {}, 'RETURN 1 AS n'))[0].toNumber()
  said.parameter = await ask(driver, {}, 'RETURN $p AS p', { p: ['a', 1.5, null, { b: true }] })
  said.unknown = await codeOf(ask(driver, {}, 'MATCH (n) RETURN n'))
  said.database = await codeOf(ask(driver, { database: 'orders' }, 'RETURN 1'))
  said.reader = await codeOf(ask(driver, { defaultAccessMode: neo4j.session.READ }, 'CREATE (:X)'))
  const session = driver.session()
  await session.executeWrite((tx) => tx.run('CREATE (:X)'))
  await session.close()
  said.wrong = await codeOf(connect('wrong').getServerInfo())
  said.altered = await codeOf(ask(driver, { database: 'system' }, 'ALTER CURRENT USER SET PASSWORD FROM $old TO $new', { old: password, new: next }))
  await driver.close()
  said.old = await codeOf(connect(password).getServerInfo())
  const again = connect(next)
  said.next = await codeOf(again.getServerInfo())
  await again.close()
  console.log(JSON.stringify(said))
}

main().then(() => process.exit(0), (e) => { console.error(e); process.exit(1) })
