// Loaded before all else: whoever listens, listens on this machine's own address and is reached from nowhere else.
const net = require('node:net')

const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (...given) {
  const [first, second] = given
  if (typeof first === 'object' && first !== null && 'port' in first) {
    given[0] = { ...first, host: '127.0.0.1' }
  } else if (Number.isInteger(Number(first)) && first !== null && typeof first !== 'function') {
    given.splice(1, typeof second === 'string' ? 1 : 0, '127.0.0.1')
  }
  return listen.apply(this, given)
}
