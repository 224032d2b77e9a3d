SELECT has_function_privilege('academics.read_transcript(academics.reader, uuid, text)', 'EXECUTE') AS ready
