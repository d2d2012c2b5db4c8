const { request } = require('node:http');

// Sends what it reads to the process of plain Node and prints the answer.
const outgoing = request({ host: '127.0.0.1', port: process.env.PRECALL_PLAIN_NODE_PORT, method: 'POST' });
outgoing.on('response', (answer) => answer.pipe(process.stdout));
process.stdin.pipe(outgoing);
