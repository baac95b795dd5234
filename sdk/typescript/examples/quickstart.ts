import { Candor } from '@candor/sdk';

const candor = new Candor({ endpoint: process.env.CANDOR_ENDPOINT ?? 'http://127.0.0.1:8000' });
const { outputs, receipt } = await candor.infer('minilm', {
    input_ids: [[101, 2129, 2024, 2017, 1029, 102]],
    attention_mask: [[1, 1, 1, 1, 1, 1]],
    token_type_ids: [[0, 0, 0, 0, 0, 0]],
});
console.log(outputs.sentence_embedding!.as('float32').data, receipt?.hash);
