# cmake -DOUTPUT=migrations.cpp "-DINPUTS=0001.sql;0002.sql" -P EmbedMigrations.cmake
#
# Writes the numbered schema files of the queue as one C++ source.
set(text "#include \"core/queue/sqlite/schema.hpp\"\n\nnamespace hookd::queue::sqlite {\nnamespace {\n\n")
string(APPEND text "constexpr Migration k_migrations[] = {\n")
foreach(input IN LISTS INPUTS)
  get_filename_component(name ${input} NAME_WE)
  string(REGEX REPLACE "^0+" "" version ${name})
  file(READ ${input} script)
  string(APPEND text "    {${version}, R\"sql(${script})sql\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\n")
string(APPEND text "std::span<const Migration> migrations() { return k_migrations; }\n\n")
string(APPEND text "}  // namespace hookd::queue::sqlite\n")
file(WRITE ${OUTPUT} "${text}")
