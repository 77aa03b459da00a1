1"vbµäfeast.data_source.RequestSourceíÿ
t_bytes
t_string
t_int32

t_bool

t_time	
t_map

t_json 

t_uuid$
t_time_uuid%
	t_decimal,
t_names	
t_ids

t_mapsF
t_nested*0
feast:nested_inner_typeArray(Array(FLOAT32))
kvê
t_struct"Å
feast:struct_schemaj{"street": "STRING", "gr\u00f6\u00dfe": "FLOAT64", "inner": "{\"__struct__\": {\"n\": \"Array(INT32)\"}}"}<
	t_structs#%
feast:struct_schema{"a": "INT64"}
kv
vector(2cosine8¢request™	warehouseíƒ„åÿ®ÉÆÉ"ƒ„åÿàô∑àä+

	warehouse
ƒ„åÿ∏Ë÷Åƒ„åÿ∏Ë÷Å