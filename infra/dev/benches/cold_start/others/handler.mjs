// One read and one write per request with the AWS SDK v3, and the loop that Lambda's Node.js runtime has.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { request } from 'node:http';

const require = createRequire(process.env.WEIR_SDK_V3_MODULES + '/');
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require('@aws-sdk/client-dynamodb');

const dynamodb = new DynamoDBClient({});
const { WEIR_TABLE_CONTROL: control, WEIR_TABLE_EVENTS: events } = process.env;

async function handle(event) {
  const key = event.headers.authorization.replace('Bearer ', '');
  await dynamodb.send(new GetItemCommand({
    TableName: control,
    Key: { pk: { S: 'KEY#' + key.split('_')[2] }, sk: { S: 'KEY' } },
    ConsistentRead: true,
  }));
  const body = JSON.parse(event.body);
  const digest = createHash('sha256').update(event.body).digest('hex');
  await dynamodb.send(new PutItemCommand({
    TableName: events,
    Item: { pk: { S: 'bench#' + body.userId }, sk: { S: digest }, name: { S: body.name } },
  }));
  return { statusCode: 204 };
}

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, method, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => { text += part; });
      answer.on('end', () => resolve({ headers: answer.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

for (;;) {
  const { headers, text } = await call('GET', '/2018-06-01/runtime/invocation/next');
  const answer = JSON.stringify(await handle(JSON.parse(text)));
  const id = headers['lambda-runtime-aws-request-id'];
  await call('POST', `/2018-06-01/runtime/invocation/${id}/response`, answer);
}
