"""placeholder"""
def text_of(data: bytes, name: str) -> str:
    return data.decode()
