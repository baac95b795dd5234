"""Ten lines: call a model through ``candor proxy`` and check the host's receipt on this machine."""

from candor import Candor, cndr

with Candor() as candor:
    ids = [[101, 2129, 2024, 2017, 1029, 102]]  # "How are you?"
    inputs = {"input_ids": ids, "attention_mask": [[1] * 6], "token_type_ids": [[0] * 6]}
    result = candor.infer("minilm", inputs)
    receipt = candor.verify(result)
    print(result["sentence_embedding"][0, :4])
    print(f"signed by host {receipt.host.hex()} for {cndr(receipt.fee)} CNDR, checked here")
